import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffDamage, parseDiff } from '../../../matrix/series/diff.ts';
import { nearly } from '../../support/any-text.ts';
import { oneLineDiff } from '../../support/mails.ts';

const TWO_FILES = ` virt/kvm/vfio.c | 2 +-
 virt/kvm/vfio.h | 1 +
 2 files changed, 2 insertions(+), 1 deletion(-)

diff --git a/virt/kvm/vfio.c b/virt/kvm/vfio.c
index 76b7f6085dcd..1e2d3c4b5a69 100644
--- a/virt/kvm/vfio.c
+++ b/virt/kvm/vfio.c
@@ -10,7 +10,7 @@ static int kvm_vfio_file_add(void)
 one

 two
-	old = 1;
+	new = 1;
 three
 four
 five
@@ -40 +40,2 @@
 six
+seven
diff --git a/virt/kvm/vfio.h b/virt/kvm/vfio.h
index aaaaaaaaaaaa..bbbbbbbbbbbb 100644
--- a/virt/kvm/vfio.h
+++ b/virt/kvm/vfio.h
@@ -1,1 +1,2 @@
 #ifndef A
+#define A
\\ No newline at end of file
-- 
2.39.5

`;

describe('a diff', () => {
  const files = parseDiff(TWO_FILES);

  it('has its files with their blobs before, and what stands around the diffs is passed over', () => {
    expect(files.map(({ oldPath, newPath, preBlob }) => [oldPath, newPath, preBlob])).toEqual([
      ['virt/kvm/vfio.c', 'virt/kvm/vfio.c', '76b7f6085dcd'],
      ['virt/kvm/vfio.h', 'virt/kvm/vfio.h', 'aaaaaaaaaaaa'],
    ]);
  });

  it('has hunks with their counts; a count that is left out is 1', () => {
    expect(
      files.flatMap(({ hunks }) => hunks.map(({ oldStart, oldLines, newLines }) => [oldStart, oldLines, newLines])),
    ).toEqual([
      [10, 7, 7],
      [40, 1, 2],
      [1, 1, 2],
    ]);
  });

  it('has the text of a hunk as posted, an empty context line included', () => {
    expect(files[0]?.hunks[0]?.text).toBe(
      '@@ -10,7 +10,7 @@ static int kvm_vfio_file_add(void)\n one\n\n two\n-\told = 1;\n+\tnew = 1;\n three\n four\n five',
    );
  });

  it('is whole, and the signature of the mail is no deleted line', () => {
    expect(diffDamage(files)).toBeNull();
    expect(files[1]?.hunks[0]?.text).not.toContain('-- ');
  });
});

describe('what becomes of a file', () => {
  const read = (...lines: string[]): unknown[] =>
    parseDiff(lines.join('\n')).map(({ oldPath, newPath, preBlob }) => [oldPath, newPath, preBlob]);

  it('a new file has no path and no blob before', () => {
    expect(
      read(
        'diff --git a/new.c b/new.c',
        'new file mode 100644',
        'index 000000000000..1234567890ab',
        '--- /dev/null',
        '+++ b/new.c',
      ),
    ).toEqual([[null, 'new.c', null]]);
  });

  it('a deleted file has no path after; it is still called by its old name', () => {
    const files = parseDiff(
      'diff --git a/old.c b/old.c\ndeleted file mode 100644\nindex 1234567890ab..000000000000\n@@ -1,2 +0,0 @@\n-a',
    );
    expect(files[0]).toMatchObject({ oldPath: 'old.c', newPath: null, preBlob: '1234567890ab' });
    expect(diffDamage(files)).toBe('the hunk "@@ -1,2 +0,0 @@" of old.c is cut short');
  });

  it('a renamed and a copied file have two names', () => {
    expect(
      read(
        'diff --git a/from.c b/to.c',
        'similarity index 90%',
        'rename from from.c',
        'rename to to.c',
        'index 1234..5678 100644',
      ),
    ).toEqual([['from.c', 'to.c', '1234']]);
    expect(read('diff --git a/from.c b/to.c', 'similarity index 100%', 'copy from from.c', 'copy to to.c')).toEqual([
      ['from.c', 'to.c', null],
    ]);
  });

  it('a change of mode alone is a change', () => {
    expect(read('diff --git a/run.sh b/run.sh', 'old mode 100644', 'new mode 100755')).toEqual([
      ['run.sh', 'run.sh', null],
    ]);
  });

  it('a quoted path with a blank is read', () => {
    expect(read('diff --git "a/with blank.c" "b/with blank.c"')).toEqual([['with blank.c', 'with blank.c', null]]);
  });

  it('a line of a hunk that looks like a header is text', () => {
    const [file, ...more] = parseDiff(
      'diff --git a/a.rst b/a.rst\n@@ -1,1 +1,3 @@\n deleted file mode 100644\n+diff --git a/x b/x\n+index 1234..5678\n',
    );
    expect(more).toEqual([]);
    expect(file).toMatchObject({ newPath: 'a.rst', preBlob: null });
  });

  it('a hunk without a file is no hunk', () => {
    expect(parseDiff('@@ -1,1 +1,1 @@\n-a\n+b\n')).toEqual([]);
  });
});

describe('damage', () => {
  const lines = oneLineDiff('virt/kvm/a.c').trimEnd().split('\n');

  it('a hunk that the end of the mail cuts off is told with its file', () => {
    expect(diffDamage(parseDiff(lines.slice(0, -1).join('\n')))).toBe(
      'the hunk "@@ -1,3 +1,4 @@" of virt/kvm/a.c is cut short',
    );
  });

  it('so is one that another file cuts off', () => {
    const cut = [...lines.slice(0, -1), ...oneLineDiff('virt/kvm/b.c').split('\n')].join('\n');
    expect(diffDamage(parseDiff(cut))).toBe('the hunk "@@ -1,3 +1,4 @@" of virt/kvm/a.c is cut short');
    expect(parseDiff(cut)).toHaveLength(2);
  });

  it('a hunk with a line too many in one of its sides is damaged', () => {
    const tooMany = lines
      .map((line) => (line === '+int added;' ? '-int one;\n-int two;\n-int three;\n-int four;' : line))
      .join('\n');
    expect(diffDamage(parseDiff(tooMany))).not.toBeNull();
  });

  it('a mode change without hunks is whole', () => {
    expect(diffDamage(parseDiff('diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n'))).toBeNull();
  });

  it('a mail that lost its last context line is damaged, though it ends in a newline', () => {
    expect(diffDamage(parseDiff(`${lines.slice(0, -1).join('\n')}\n`))).toBe(
      'the hunk "@@ -1,3 +1,4 @@" of virt/kvm/a.c is cut short',
    );
  });
});

it('any text can be read, and no hunk has more lines than the text', () => {
  const text = nearly(
    'diff --git a/x b/x\n',
    '@@ -1,3 +1,4 @@\n',
    '@@ -1 +1 @@\n',
    'index 1234..5678\n',
    '-a\n',
    '+b\n',
    ' c\n',
    'rename from y\n',
    '\\ No newline\n',
  );
  fc.assert(
    fc.property(text, (mail) => {
      const files = parseDiff(mail);
      diffDamage(files);
      for (const hunk of files.flatMap((file) => file.hunks)) expect(mail).toContain(hunk.text);
    }),
  );
});
