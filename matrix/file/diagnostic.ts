/** Something wrong in the matrix file, at a path of keys and indexes. */
export interface Diagnostic {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The key is wrong, not what stands behind it. */
  readonly atKey?: true;
}
