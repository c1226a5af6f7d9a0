import { capture } from '../process.ts';
import { Failure } from '../../matrix/failure.ts';

/** The first line that `program --version` prints; null when there is no such program. */
export async function runVersion(program: string): Promise<string | null> {
  try {
    const { stdout, stderr } = await capture([program, '--version']);
    return (stdout || stderr).split('\n', 1)[0] ?? '';
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
