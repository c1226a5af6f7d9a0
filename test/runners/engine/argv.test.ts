import { expect, it } from 'vitest';
import { bubbleArgv } from '../../../runners/engine/bubblewrap.ts';
import { containerArgv } from '../../../runners/engine/containers.ts';
import { bootstrapArgv } from '../../../runners/engine/image/bootstrap.ts';
import { toolchainRecipe } from '../../../runners/engine/image/recipe.ts';
import { containerfile } from '../../../runners/engine/image/toolchain.ts';

const place = { name: 'x', source: '/s', build: '/b', store: '/st', below: '/be', image: null };
const order = { place, socket: '/so', uid: 4711, limits: { memory: 2, pids: 99, seconds: 1, disk: 3 } };
const owner = { out: '0123', dir: '/out', run: 'run-0001' };

it.each(['podman', 'docker'] as const)('%s is told all that contains a build', (name) => {
  const options = { cli: { name, argv: [name] }, owner, bin: '/bin', jobserver: '/fifo', counts: true };
  const argv = containerArgv(order, 'image:1', options);
  const text = argv.join(' ');
  for (const word of ['--network=none', '--read-only', '--cap-drop=all', '--security-opt=no-new-privileges', '--rm'])
    expect(argv).toContain(word);
  expect(text).toContain(`--memory ${2 ** 31} --memory-swap ${2 ** 31} --pids-limit 99`);
  expect(text).toContain('--label kvm-matrix.out=0123');
  expect(text).toContain('--user 4711:4711');
  expect(argv.filter((word) => word.endsWith(':rw'))).toEqual([
    '/so:/kvm-matrix/socket:rw',
    '/b:/build:rw',
    '/st:/store:rw',
    '/fifo:/jobserver:rw',
  ]);
  expect(argv).toEqual(expect.arrayContaining(['/s:/src/linux:ro', '/be:/kvm-matrix/below:ro']));
  expect(text).toMatch(new RegExp(`image:1 /kvm-matrix/socket fsize=${3 * 2 ** 30} core=0$`));
});

it('where an engine does not count, every process has its own bounds', () => {
  const options = {
    cli: { name: 'podman', argv: ['podman'] } as const,
    owner,
    bin: '/bin',
    jobserver: null,
    counts: false,
  };
  const text = containerArgv(order, 'image:1', options).join(' ');
  expect(text).not.toContain('--memory');
  expect(text).toContain(`as=${2 ** 31} nproc=99`);
});

it('bubblewrap unshares everything and dies with us', () => {
  const bubble = {
    version: '0.8',
    image: null,
    owner,
    bin: '/bin',
    jobserver: null,
    forbidsUserns: true,
    scratch: '/t',
    group: null,
  };
  const argv = bubbleArgv(order, '/root', bubble);
  for (const word of [
    '--unshare-all',
    '--disable-userns',
    '--die-with-parent',
    '--as-pid-1',
    '--clearenv',
    '--new-session',
  ])
    expect(argv).toContain(word);
  expect(argv.join(' ')).toContain('--cap-drop ALL');
});

it('the toolchain is one image for all arches, and its recipe names it', () => {
  const recipe = toolchainRecipe();
  expect(recipe.packages.filter((name) => name.startsWith('gcc-')).length).toBeGreaterThanOrEqual(5);
  expect(recipe.digest).toMatch(/^[0-9a-f]{16}$/);
  expect(toolchainRecipe()).toEqual(recipe);
  expect(containerfile(recipe, 'base:1')).toContain(`LABEL kvm-matrix.recipe="${recipe.digest}"`);
  const argv = bootstrapArgv(recipe, '/t/root.tar', '/t/sources');
  expect(argv.slice(-2)).toEqual(['/t/root.tar', '/t/sources']);
  // The image tells no mirror and no machine.
  expect(argv.join('\n')).toMatch(/rm -rf .*sources\.list/);
});
