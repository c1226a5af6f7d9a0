import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseReadSet, serializeReadSet, type ReadSet } from '../../matrix/proof/read-set.ts';
import { sha256, writeWhole } from '../files.ts';
import type { OutDir } from './out-dir.ts';

/** Read sets by content: journals name them, so they outlive work/. */
export class ReadSets {
  readonly #out: OutDir;
  readonly #loaded = new Map<string, ReadSet>();
  /** Of read sets that were saved: one to which nothing was added comes again with the next build. */
  readonly #digests = new WeakMap<ReadSet, string>();

  constructor(out: OutDir) {
    this.#out = out;
  }

  save(reads: ReadSet): string {
    const known = this.#digests.get(reads);
    if (known !== undefined && existsSync(this.#out.readSet(known))) return known;
    const text = serializeReadSet(reads);
    const digest = sha256(text).slice(0, 16);
    const path = this.#out.readSet(digest);
    if (!existsSync(path)) writeWhole(path, gzipSync(text));
    this.#loaded.set(digest, reads);
    this.#digests.set(reads, digest);
    return digest;
  }

  /** Null when somebody threw it away, the machine went down over it, or another version wrote it: then make is asked. */
  load(digest: string): ReadSet | null {
    const known = this.#loaded.get(digest);
    if (known) return known;
    const path = this.#out.readSet(digest);
    const packed = existsSync(path) ? readFileSync(path) : '';
    if (packed.length === 0) return null;
    const reads = parseReadSet(gunzipSync(packed).toString('utf8'));
    if (reads !== null) this.#loaded.set(digest, reads);
    return reads;
  }
}
