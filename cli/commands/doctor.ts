import { EXIT, type ExitCode } from '../../matrix/failure.ts';
import type { EngineWish } from '../../matrix/file/engines.ts';
import { examineEngines } from '../../runners/doctor/engines.ts';
import { examine } from '../../runners/doctor/examine.ts';
import { findLeftovers } from '../../runners/engine/leftovers.ts';
import { chosenArches, readMatrixFile } from '../../runners/prepare.ts';

const MARKS = { ok: 'ok     ', missing: 'MISSING' } as const;

export interface DoctorFlags {
  readonly matrix?: string;
  readonly columns?: readonly string[];
  readonly engine?: EngineWish;
}

/** `kvm-matrix doctor`: what is there, what is not, and the one line that mends it. */
export async function doctor({ matrix, columns, engine }: DoctorFlags): Promise<ExitCode> {
  const engines = await examineEngines(engine ?? readMatrixFile(matrix).containers.engine);
  const checks = [
    ...(await examine(chosenArches(matrix, columns), { contained: engines.works !== null })),
    ...engines.checks,
  ];
  for (const { name, state, detail } of checks) process.stdout.write(`${MARKS[state]}  ${name.padEnd(26)} ${detail}\n`);
  const lacking = checks.filter(({ state }) => state !== 'ok');
  const packages = [...new Set(lacking.flatMap((check) => check.packages))];
  if (packages.length > 0)
    process.stdout.write(
      `\nTo get them on Debian or Ubuntu: kvm-matrix setup   (apt-get install ${packages.join(' ')})\n`,
    );
  for (const { what } of await findLeftovers())
    process.stdout.write(`\nleft by a crash, \`kvm-matrix clean\` removes it: ${what}\n`);
  return lacking.some(({ state }) => state === 'missing') ? EXIT.infra : EXIT.clean;
}
