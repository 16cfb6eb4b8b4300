/**
 * How long anything may take that a test waits for, in milliseconds: for a machine that is several times slower and busy
 * with something else. `TEST_PATIENCE=5` makes it five times as long. A test that passes never takes this long.
 */
export const PATIENCE_MS = 150_000 * Number(process.env.TEST_PATIENCE ?? 1)

/** The event, or a rejection that says `what` was waited for and what was `seen` instead. */
export async function inTime<T>(event: Promise<T>, what: string, seen: () => string = () => ''): Promise<T> {
  // Made here, so that its stack shows who waits.
  const error = new Error()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const instead = seen()
      error.message = `waited ${PATIENCE_MS / 1000} s for ${what}${instead && `; until then:\n${instead}`}`
      reject(error)
    }, PATIENCE_MS)
  })
  try {
    return await Promise.race([event, late])
  } finally {
    clearTimeout(timer)
  }
}
