const PATIENCE_MS = 30_000

/** The work's result, or `late()` thrown after 30 s: a plugin that hangs must not hang the start without a word. */
export async function within<T>(work: T | Promise<T>, late: (seconds: number) => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(PATIENCE_MS / 1000)), PATIENCE_MS)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
