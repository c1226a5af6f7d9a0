import { EXIT, type ExitCode } from '../../matrix/failure.ts';
import { examine } from '../../runners/doctor/examine.ts';
import { chosenArches } from '../../runners/prepare.ts';

const MARKS = { ok: 'ok     ', missing: 'MISSING' } as const;

export interface DoctorFlags {
  readonly matrix?: string;
  readonly columns?: readonly string[];
}

/** `kvm-matrix doctor`: what is there, what is not, and the one line that mends it. */
export async function doctor({ matrix, columns }: DoctorFlags): Promise<ExitCode> {
  const checks = await examine(chosenArches(matrix, columns));
  for (const { name, state, detail } of checks) process.stdout.write(`${MARKS[state]}  ${name.padEnd(26)} ${detail}\n`);
  const lacking = checks.filter(({ state }) => state !== 'ok');
  const packages = [...new Set(lacking.flatMap((check) => check.packages))];
  if (packages.length > 0)
    process.stdout.write(
      `\nTo get them on Debian or Ubuntu: kvm-matrix setup   (apt-get install ${packages.join(' ')})\n`,
    );
  return lacking.some(({ state }) => state === 'missing') ? EXIT.infra : EXIT.clean;
}
