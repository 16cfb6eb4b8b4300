/**
 * Kills its own process with SIGKILL at the n-th change of the file system (KILL_AT, from 1), before it
 * (KILL_WHEN=before) or after. Imported first by a script that a test starts, it makes every moment at which a crash
 * can matter reachable.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const at = Number(process.env.KILL_AT ?? 0)
const before = process.env.KILL_WHEN === 'before'
const changes: string[] = []

for (const name of ['writeFile', 'rename', 'rm', 'unlink', 'mkdir'] as const) {
  const original = fs.promises[name] as (...args: unknown[]) => Promise<unknown>
  Object.assign(fs.promises, {
    [name]: async (...args: unknown[]) => {
      const mine = changes.push(name) === at
      if (mine && before) process.kill(process.pid, 'SIGKILL')
      // Half a file: what a crash in the middle of a write leaves.
      if (mine && !before && name === 'writeFile') {
        const data = Buffer.from(args[1] as string)
        await original(args[0], data.subarray(0, data.length / 2), { mode: 0o600 })
        process.kill(process.pid, 'SIGKILL')
      }
      const result = await original(...args)
      if (mine) process.kill(process.pid, 'SIGKILL')
      return result
    },
  })
}
syncBuiltinESMExports()
process.on('exit', () => console.log(`changes ${changes.join(' ')}`))
