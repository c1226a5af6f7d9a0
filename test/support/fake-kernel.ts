import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** A git repository of fakelinux, on which a test commits its own patches. */
export class FakeKernel {
  readonly dir: string;
  readonly tree: string;
  readonly base: string;

  /** `files` are part of the base. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    this.dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-test-'));
    this.tree = join(this.dir, 'linux');
    cpSync(join(FIXTURES, 'fakelinux'), this.tree, { recursive: true });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(this.tree, path), text);
    // Debian's source comes with one that hides everything.
    writeFileSync(join(this.tree, '.gitignore'), '/*\n!/debian/\n');
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('add', '--force', '.');
    this.git('commit', '--quiet', '-m', 'fake 6.12');
    this.base = this.git('rev-parse', 'HEAD').trim();
  }

  /** Writes the files and commits them; gives back the commit. */
  commit(subject: string, files: Readonly<Record<string, string>>): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.tree, path)), { recursive: true });
      writeFileSync(join(this.tree, path), text);
    }
    this.git('add', '--force', '.');
    this.git('commit', '--quiet', '-m', `${subject}\n\nWhy it is done.`);
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** All commits behind the base, as `git format-patch` writes them; the tree goes back to the base. */
  mbox(...options: string[]): string {
    const file = join(this.dir, 'series.mbox');
    writeFileSync(file, this.git('format-patch', '--stdout', '-n', ...options, `${this.base}..HEAD`));
    this.git('reset', '--quiet', '--hard', this.base);
    return file;
  }

  git(...args: string[]): string {
    const who = ['-c', 'user.name=Test Author', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...who, ...args], {
      cwd: this.tree,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
