import { Failure } from '../../matrix/failure.ts';

/** The failure that `act` ends in. Anything else that is thrown is a bug and passes through. */
export function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
