import fc from 'fast-check';

/** Whatever bytes a file may have, read as UTF-8 the way the runners read logs. */
export const anyBytes: fc.Arbitrary<string> = fc
  .uint8Array({ maxLength: 120 })
  .map((bytes) => Buffer.from(bytes).toString('utf8'));

/** Text that is nearly right: pieces of the grammar in any order, with noise between them. */
export function nearly(...pieces: string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...pieces, '\n', ' ') },
    { weight: 1, arbitrary: anyBytes },
  );
  return fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
}
