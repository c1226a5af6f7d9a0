import { normalize } from 'node:path/posix';
import { sortFindings, type Observation } from '../finding.ts';

/** What one make said: which targets it worked on and what each had to say. */
export interface BuildLog {
  /** Observations by the target that made them (`virt/kvm/kvm_main.o`); '' for what belongs to none, and for make itself. */
  readonly units: ReadonlyMap<string, readonly Observation[]>;
  /** The line that shows the machine, not the kernel, ended the build; null if none does. */
  readonly infra: string | null;
  /** make's last complaint (`make[3]: *** …`), to show where nothing better was understood. */
  readonly lastComplaint: string | null;
}

const UNIT = /^ {2}([A-Z][A-Z0-9_]*)(?: \[[A-Z]+\])?\s+(\S+)/;
const COMPLAINT = /^make(?:\[\d+\])?: \*\*\* (.*)$/;
const COLUMN_PATTERN = /^(\/?[^\s:()]+):(\d+):(?:\d+:)? (fatal error|error|warning): (.*)$/;

/** Words of the machine: memory, disk, a killed or absent compiler. Source: gcc/gcc.c, binutils, make, libc's strerror. */
const INFRA = [
  /No space left on device/,
  /Disk quota exceeded/,
  /fatal error: Killed signal terminated program/,
  /(?:virtual memory exhausted|out of memory allocating|[Cc]annot allocate memory)/,
  // A program, not a script of the tree that a patch took away.
  /(?:^|: )[\w.+-]+: (?:command )?not found$/,
  /cannot execute '?(?:cc1|as)/,
  /^make(?:\[\d+\])?: \*\*\* .*\bKilled$/,
  /Read-only file system/,
];

/** Words that the source chose: they may sound like the machine's and are not. */
const QUOTED = /: (?:error|warning): (?:#error|#warning|static assertion)/;

interface Pattern {
  readonly kind: Observation['kind'];
  readonly line: RegExp;
  readonly read: (match: RegExpExecArray) => Omit<Observation, 'kind'>;
}

const say = (file: string | undefined, message: string | undefined, line?: string): Omit<Observation, 'kind'> => ({
  // The kernel reaches virt/kvm through arch/x86/kvm/../../../.
  file: file === undefined ? null : normalize(file),
  line: line === undefined ? null : Number(line),
  // Offsets move with every change nearby.
  message: (message ?? '').replaceAll(/(?<=[\w)])\+0x[0-9a-f]+/g, ''),
});

/** One row per dialect; the first that matches wins. Samples of each are kept under test/fixtures/logs. */
const PATTERNS: readonly Pattern[] = [
  {
    kind: 'modpost-error',
    line: /^ERROR: modpost: (.*?)(?: \[(\S+)\])?( undefined!)?$/,
    read: (m) => say(m[2], `${m[1]}${m[3] ?? ''}`),
  },
  { kind: 'warning', line: /^WARNING: modpost: (?:(\S+?\.o): )?(.*)$/, read: (m) => say(m[1], `modpost: ${m[2]}`) },
  {
    kind: 'warning',
    line: /^(\S+\.o): warning: objtool: (.*)$/,
    read: (m) => say(m[1], `objtool: ${m[2]}`),
  },
  {
    kind: 'compile-error',
    line: /^(\S+\.o): error: objtool: (.*)$/,
    read: (m) => say(m[1], `objtool: ${m[2]}`),
  },
  {
    kind: 'kconfig-error',
    line: /^([^\s:]*Kconfig[^\s:]*):(\d+):? ?(?:error: )?(.*(?:syntax error|recursive dependency|unknown statement|invalid statement|missing end statement|can't open file|can not be used).*)$/,
    read: (m) => say(m[1], m[3], m[2]),
  },
  { kind: 'kconfig-error', line: /^error: (recursive dependency detected!)$/, read: (m) => say(undefined, m[1]) },
  { kind: 'warning', line: /^([^\s:]*Kconfig[^\s:]*):(\d+):warning: (.*)$/, read: (m) => say(m[1], m[3], m[2]) },
  {
    kind: 'link-error',
    line: /^(?:\S*ld(?:\.\w+)?: )?(?:([^\s:(]+)(?:\([^)]*\))?:(?:(\d+):|\([^)]*\):)? )?((?:undefined reference to|multiple definition of|relocation truncated) .*)$/,
    read: (m) => say(m[1], m[3], m[2]),
  },
  {
    kind: 'link-error',
    line: /^\S*ld(?:\.\w+)?: (?!warning)(?:(\S+?\.[oa])(?:\([^)]*\))?: )?(?!in function)(.*(?:undefined symbol|cannot find|duplicate symbol|ASSERT|overlaps|bigger than).*)$/,
    read: (m) => say(m[1], m[2]),
  },
  {
    kind: 'warning',
    line: /^\S*ld(?:\.\w+)?: warning: (?:(\S+?\.[oa]): )?(.*)$/,
    read: (m) => say(m[1], `ld: ${m[2]}`),
  },
  {
    kind: 'make-error',
    line: /^make(?:\[\d+\])?: \*\*\* (No rule to make target .*?)\s*(?:Stop\.)?$/,
    read: (m) => say(undefined, m[1]),
  },
  {
    kind: 'make-error',
    line: /^([^\s:]*(?:Makefile|Kbuild)[^\s:]*):(\d+): \*\*\* (.*)$/,
    read: (m) => say(m[1], m[3], m[2]),
  },
  { kind: 'compile-error', line: /^\S*(?:gcc|clang)[\w.-]*: error: (.*)$/, read: (m) => say(undefined, m[1]) },
  { kind: 'compile-error', line: /^(\S+\.[cSs]):(\d+): Error: (.*)$/, read: (m) => say(m[1], m[3], m[2]) },
];

/**
 * Reads the output of `make -k --output-sync=target`, where what a compiler says stands right behind the line that
 * names its target. `sourceDir` and `buildDir` are cut off from paths. Any bytes are accepted.
 */
export function parseBuildLog(
  text: string,
  { sourceDir, buildDir }: { sourceDir: string; buildDir: string },
): BuildLog {
  const units = new Map<string, Observation[]>();
  let unit = '';
  let infra: string | null = null;
  let lastComplaint: string | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd().replaceAll(`${buildDir}/`, '').replaceAll(`${sourceDir}/`, '');
    unit = UNIT.exec(line)?.[2] ?? unit;
    // LD and SORTTAB are two steps on one vmlinux.
    if (unit !== '' && !units.has(unit)) units.set(unit, []);
    lastComplaint = COMPLAINT.exec(line)?.[1] ?? lastComplaint;
    const observation = observe(line);
    if (observation) addTo(units, isOfMake(observation) ? '' : unit, observation);
    if (!QUOTED.test(line)) infra ??= INFRA.some((pattern) => pattern.test(line)) ? line : null;
  }
  return { units, infra, lastComplaint };
}

/** make speaks where it reads a Makefile, whatever target was told of before. */
function isOfMake({ file }: Observation): boolean {
  return /(^|\/)(Makefile|Kbuild)[^/]*$/.test(file ?? '');
}

function observe(line: string): Observation | null {
  for (const { kind, line: pattern, read } of PATTERNS) {
    const match = pattern.exec(line);
    if (match) return { kind, ...read(match) };
  }
  const match = COLUMN_PATTERN.exec(line);
  if (!match) return null;
  return { kind: match[3] === 'warning' ? 'warning' : 'compile-error', ...say(match[1], match[4], match[2]) };
}

/** Headers warn once per includer; one unit says the same thing once. */
function addTo(units: Map<string, Observation[]>, unit: string, observation: Observation): void {
  const known = units.get(unit) ?? [];
  const same = (other: Observation): boolean => JSON.stringify(other) === JSON.stringify(observation);
  if (!known.some(same)) units.set(unit, [...known, observation]);
}

/** All of a log's observations, each once, in an order that does not depend on who compiled first. */
export function distinct(units: Iterable<readonly Observation[]>): Observation[] {
  const byText = new Map<string, Observation>();
  for (const observation of [...units].flat()) byText.set(JSON.stringify(observation), observation);
  return sortFindings([...byText.values()]);
}
