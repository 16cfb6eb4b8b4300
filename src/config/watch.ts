import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/**
 * Calls back when the content of a file has changed and stayed the same for one interval, so that a half-written file
 * does not count. It reads the file again and again, because that alone sees every way of changing it: writing in
 * place, renaming another file over it, and swapping a symlink above it as Kubernetes does. A file that is gone or
 * touched without a change is no event; one that returns with other content is. Does not keep the process alive.
 * @param intervalMs default 500
 */
export function watchConfig(path: string, onChange: () => void, { intervalMs = 500 } = {}): { close(): void } {
  let reported = readNow(path)
  let seen = reported
  let timer: NodeJS.Timeout
  let closed = false

  const look = async () => {
    const now = await readFile(path).then(fingerprint, () => undefined)
    if (closed) return
    timer = setTimeout(look, intervalMs).unref()
    const settled = now === seen
    seen = now
    if (!settled || now === undefined || now === reported) return
    reported = now
    onChange()
  }
  timer = setTimeout(look, intervalMs).unref()
  return {
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}

const fingerprint = (content: Buffer): string => createHash('sha256').update(content).digest('base64')

function readNow(path: string): string | undefined {
  try {
    return fingerprint(readFileSync(path))
  } catch {
    return undefined
  }
}
