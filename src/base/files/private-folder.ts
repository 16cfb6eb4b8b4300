import { chmodSync, statSync } from 'node:fs'
import { RouterError } from '../errors.ts'

/** What a log is to have. */
interface Warn {
  warn(fields: object, message: string): void
}

const OTHERS_WRITE = 0o022

/**
 * Takes from others the right to write to a folder of state, with a warning: whoever may write there may put in
 * outcomes, stats and keys of their own. One of root's, such as a volume that is mounted into a container, can only be
 * warned of.
 * @throws RouterError ROUTER_STATE_EXPOSED when it belongs to somebody else
 */
export function closeToOthers(path: string, log?: Warn): void {
  // Modes say nothing on Windows.
  if (process.getuid === undefined) return
  const { mode, uid } = statSync(path)
  if ((mode & OTHERS_WRITE) === 0) return
  const shown = (mode & 0o777).toString(8)
  try {
    chmodSync(path, 0o700)
  } catch (error) {
    if (uid !== 0) throw new RouterError('ROUTER_STATE_EXPOSED', { path, mode: shown, uid }, { cause: error })
    log?.warn(
      { path, mode: shown },
      'Others may write to the state folder, and it belongs to root. Is it shared with anybody?',
    )
    return
  }
  log?.warn({ path, mode: shown }, 'Others could write to the state folder. It has been closed to them (mode 700).')
}
