import type { Worker } from 'node:cluster'
import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { Member } from '../../../../src/app/workers/member.ts'

it('ends with its process, also where a message to that could not be sent before', async () => {
  const process = new EventEmitter()
  // As the worker of a cluster does, which passes them on.
  process.on('error', () => {})
  const member = new Member({ process, isConnected: () => false } as unknown as Worker)
  process.emit('error', new Error('write EPIPE'))
  process.emit('exit', null, 'SIGKILL')
  await expect(member.ended).resolves.toBeUndefined()
  expect(member.attached).toBe(false)
})
