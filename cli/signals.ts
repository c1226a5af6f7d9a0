import { setMaxListeners } from 'node:events';
import { EXIT } from '../matrix/failure.ts';

/** The first Ctrl-C stops cleanly; the second one leaves at once. */
export function abortOnSignals(): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  // Every process of the run listens.
  setMaxListeners(0, controller.signal);
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write('\nkvm-matrix: stopping; go on later with --resume (again to leave at once)\n');
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { signal: controller.signal, dispose: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal) };
}
