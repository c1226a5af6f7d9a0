import { describe, expect, it } from 'vitest';
import { markNew } from '../../../matrix/finding.ts';
import { distinct, parseBuildLog, type BuildLog } from '../../../matrix/logs/build-log.ts';
import { carryWarnings, type WarningsAlive } from '../../../matrix/logs/warnings-alive.ts';

function log(...lines: string[]): BuildLog {
  return parseBuildLog(lines.join('\n'), { sourceDir: '/src', buildDir: '/out' });
}

/** The warnings that are alive after several builds in one directory. */
function alive(...logs: BuildLog[]): WarningsAlive {
  return logs.reduce<WarningsAlive>(carryWarnings, {});
}

function words(warnings: WarningsAlive): string[] {
  return Object.entries(warnings).flatMap(([unit, said]) => said.map(({ message }) => `${unit}: ${message}`));
}

const ODD_A = ['  CC      a.o', 'a.c:1:2: warning: odd'];
const ODD_B = ['  CC      b.o', 'b.c:1:2: warning: odder'];

describe('the warnings of a build directory', () => {
  it('are those of its first build', () => {
    expect(words(alive(log(...ODD_A, ...ODD_B)))).toEqual(['a.o: odd', 'b.o: odder']);
  });

  it('stay alive as long as their object is not compiled again', () => {
    expect(words(alive(log(...ODD_A, ...ODD_B), log('  CC      c.o'), log()))).toEqual(['a.o: odd', 'b.o: odder']);
  });

  it('are gone when their object is compiled without them', () => {
    expect(words(alive(log(...ODD_A, ...ODD_B), log('  CC      a.o')))).toEqual(['b.o: odder']);
  });

  it('do not grow by objects that have none: what is kept on disk is short', () => {
    expect(Object.keys(alive(log(...ODD_A, '  CC      c.o')))).toEqual(['a.o']);
  });

  it('are replaced when their object is compiled with others', () => {
    expect(words(alive(log(...ODD_A), log('  CC      a.o', 'a.c:9:2: warning: other')))).toEqual(['a.o: other']);
  });

  it('have no errors among them: those belong to one build', () => {
    expect(words(alive(log('  CC      a.o', 'a.c:1:2: error: broken', 'a.c:2:2: warning: odd')))).toEqual(['a.o: odd']);
  });

  it('have none of Kconfig among them: those are told where a column is configured', () => {
    const log1 = log('  SYNC    include/config/auto.conf.cmd', 'virt/kvm/Kconfig:9:warning: odd', ...ODD_B);
    expect(words(alive(log1))).toEqual(['b.o: odder']);
  });

  it('are not changed in place: a later build may still be compared with them', () => {
    const before = alive(log(...ODD_A));
    carryWarnings(before, log('  CC      a.o'));
    expect(words(before)).toEqual(['a.o: odd']);
  });
});

describe('what is new over several builds', () => {
  const fresh = (before: WarningsAlive, after: WarningsAlive): string[] =>
    markNew(distinct(Object.values(after)), distinct(Object.values(before))).flatMap((finding) =>
      finding.new ? [finding.message] : [],
    );

  it('a warning of an object that was not compiled is not new', () => {
    const [first, second] = [alive(log(...ODD_A)), alive(log(...ODD_A), log(...ODD_B))];
    expect(fresh(first, second)).toEqual(['odder']);
  });

  it('a warning that was fixed and comes back is new again', () => {
    const [one, two, three] = [log(...ODD_A), log('  CC      a.o'), log(...ODD_A)];
    expect(fresh(alive(one), alive(one, two))).toEqual([]);
    expect(fresh(alive(one, two), alive(one, two, three))).toEqual(['odd']);
  });

  it('a header that warns in one more includer is not new: the log says it once', () => {
    const header = 'k.h:1:2: warning: odd';
    const [one, two] = [log('  CC      a.o', header), log('  CC      b.o', header)];
    expect(fresh(alive(one), alive(one, two))).toEqual([]);
  });

  it('what make says before it names any target is not alive after a make that does not say it', () => {
    expect(words(alive(log('Makefile:9: warning: overriding recipe for target'), log('  GEN     Makefile')))).toEqual(
      [],
    );
  });
});
