import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockFile } from '../../../../src/base/lock-file.ts'
import { withOperator } from '../../../../src/hub/operator/connect.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

test('a hub that has its database and does not answer is waited for, and then said to be starting', async () => {
  const directory = await temporaryDirectory()
  const pglite = join(directory, 'pglite')
  await mkdir(pglite, { recursive: true, mode: 0o700 })
  const unlock = lockFile(pglite)
  try {
    await expect(withOperator({ directory }, async () => {}, { readyMs: 300 })).rejects.toMatchObject({
      code: 'ROUTER_HUB_BUSY',
      message: `The hub (process ${process.pid}) is starting, or ending. Try again in a moment.`,
    })
  } finally {
    unlock()
    await removeDirectory(directory)
  }
})
