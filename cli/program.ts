import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, Failure, type ExitCode } from '../matrix/failure.ts';
import { plainText } from './report/plain-text.ts';
import { ENGINES } from '../matrix/file/engines.ts';
import type { RunFlags } from './commands/run.ts';

/** Parses, runs one command, and turns whatever comes of it into an exit code. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.clean;
  const program = buildProgram(async (run) => {
    exitCode = await run();
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

type Runner = (run: () => Promise<ExitCode>) => Promise<void>;

/** Commands are imported when called: `--help` needs none of them. */
function buildProgram(runner: Runner): Command {
  const program = new Command('kvm-matrix')
    .description(
      'Tells whether every patch of a kernel series builds, boots, loads kvm.ko, runs a guest and passes a VFIO device through, and which patch broke which cell.',
    )
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 clean, 1 some fail, 2 usage, 125 only infrastructure trouble, 130 interrupted, 70 a bug of ours.',
    );
  addPlanOptions(program.command('run'))
    .description('walk the series over the matrix: build, boot and probe every patch on every column')
    .requiredOption('--tree <linux>', 'kernel git tree, unpacked source, or tarball; never written')
    .option('--base <rev>', 'commit that the series stands on, where base-commit: does not tell')
    .addOption(outOption())
    .addOption(engineOption())
    .addOption(imageOption())
    .option('--jobs <n>', 'jobs in all (default: the number of CPUs)', positiveInteger)
    .option(
      '--audit <percent>',
      'build so many of the proved and reused cells from clean as well, and compare',
      percent,
    )
    .option('--resume', 'go on with the last run')
    .option('--fresh', 'use no results of earlier runs')
    .option('--json', 'print the grid file on stdout')
    .action((flags: RunFlags) => runner(async () => (await import('./commands/run.ts')).run(flags)));
  addPlanOptions(program.command('plan'))
    .description('print everything that run would do, with a reason per cell, and do nothing')
    .option('--tree <linux>', 'needed when the series is a git range, and for --explain')
    .option('--base <rev>', 'for --explain: the commit whose Kconfig is asked')
    .addOption(engineOption())
    .addOption(imageOption())
    .option('--explain', "ask the tree's Kconfig which columns it can express, and why not")
    .addOption(outOption())
    .option('--json', 'print columns and cells as JSON')
    .action((flags) => runner(async () => (await import('./commands/plan.ts')).plan(flags)));
  program
    .command('show')
    .description('print the grid of a run, and rebuild its reports from the journal')
    .addOption(outOption())
    .option('--run <dir>', 'a run directory (default: the last run in --out)')
    .option('--json', 'print the grid file on stdout')
    .action((flags) => runner(async () => (await import('./commands/show.ts')).show(flags)));
  program
    .command('explain <cell>')
    .description('say why a cell was built or booted, or what its verdict rests on instead')
    .addOption(outOption())
    .option('--run <dir>', 'a run directory (default: the last run in --out)')
    .action((cell: string, flags) => runner(async () => (await import('./commands/explain.ts')).explain(cell, flags)));
  program
    .command('repro <cell>')
    .description('print plain shell lines that rebuild and reboot a cell by hand, e.g. 03/x86-64/kvm=m,vfio=m')
    .addOption(outOption())
    .option('--run <dir>', 'a run directory (default: the last run in --out)')
    .option('--matrix <file>', 'the matrix file of that run')
    .action((cell: string, flags) => runner(async () => (await import('./commands/repro.ts')).repro(cell, flags)));
  program
    .command('doctor')
    .description('say what this machine has, what it lacks, and how to get it')
    .option('--matrix <file>', 'the matrix file whose arches are looked at')
    .addOption(columnsOption())
    .addOption(engineOption())
    .action((flags) => runner(async () => (await import('./commands/doctor.ts')).doctor(flags)));
  program
    .command('setup')
    .description('install what doctor misses (Debian and Ubuntu); asks first')
    .option('--matrix <file>', 'the matrix file whose arches are provided for')
    .addOption(columnsOption())
    .addOption(engineOption())
    .option('--kernel-source', "install the distribution's newest linux-source package as well")
    .option('--yes', 'do not ask')
    .action((flags) => runner(async () => (await import('./commands/setup.ts')).setup(flags)));
  program
    .command('clean')
    .description('take away what crashed runs have left: containers and control groups')
    .option('--images', 'the toolchain images that were made here, too')
    .action((flags) => runner(async () => (await import('./commands/clean.ts')).clean(flags)));
  for (const command of program.commands) command.exitOverride().showSuggestionAfterError();
  return program;
}

function addPlanOptions(command: Command): Command {
  return command
    .option('--series <series>', 'mbox, directory of patches, or git range; without one only the base is walked')
    .option('--matrix <file>', 'matrix file (default: ./matrix.yaml, else the one that comes with kvm-matrix)')
    .addOption(columnsOption())
    .option('--patches <list>', 'only these patches, e.g. 1-5,9; the base is always there')
    .option('--stages <list>', 'only these stages and what they need: configure,build,boot,kvm,vfio');
}

function outOption(): Option {
  return new Option('--out <dir>', 'output directory').default('kvm-matrix.out');
}

function engineOption(): Option {
  return new Option('--engine <name>', 'what contains the builds (default: the matrix file, else auto)').choices(
    ENGINES,
  );
}

function imageOption(): Option {
  return new Option('--image <name>', 'an image of yours to build in (default: a toolchain that is made once)');
}

function columnsOption(): Option {
  return new Option('--columns <glob>', "only these columns, e.g. 'x86-64/*'; may be given many times").argParser(
    (glob: string, globs: string[] | undefined) => [...(globs ?? []), glob],
  );
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

function percent(text: string): number {
  const value = Number(text);
  if (!/^\d{1,3}(\.\d+)?$/.test(text) || value > 100)
    throw new InvalidArgumentError('It must be a number from 0 to 100.');
  return value;
}

function explain(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
  if (error instanceof Failure) {
    const { message, hint } = error;
    process.stderr.write(plainText(`kvm-matrix: ${message}\n${hint === '' ? '' : `  hint: ${hint}\n`}`));
    return error.exitCode;
  }
  process.stderr.write(
    `kvm-matrix: a bug of ours, please report it with this stack\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT.bug;
}
