import { readFileSync } from 'node:fs'

/** What a file holds; undefined when it is not there. Throws the system's error otherwise. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
