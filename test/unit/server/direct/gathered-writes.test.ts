import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { GatheredWrites } from '../../../../src/server/direct/gathered-writes.ts'

/** What was written, piece by piece; it takes no more than `highWaterMark` bytes until the next turn. */
function setUp(highWaterMark = 1024 * 1024) {
  const pieces: string[] = []
  const socket = new Writable({
    highWaterMark,
    write: (chunk: Buffer, _encoding, taken) => {
      pieces.push(chunk.toString('latin1'))
      setImmediate(taken)
    },
  })
  return { pieces, socket, writes: new GatheredWrites(socket as Socket) }
}

it('what is gathered goes out in order, as one piece, once the read has been dealt with', async () => {
  const { pieces, writes } = setUp()
  expect([writes.gather('a'), writes.gather(Buffer.from([0xe9])), writes.gather('\xff')]).toEqual([true, true, true])
  expect(pieces).toEqual([])
  await new Promise(process.nextTick)
  expect(pieces).toEqual(['a\xe9\xff'])
})

it('what is written at once goes out behind what was gathered', async () => {
  const { pieces, socket, writes } = setUp()
  writes.gather('a')
  writes.write('b')
  writes.gather('c')
  writes.writePieces('d', Buffer.from('e'), 'f')
  writes.gather('g')
  writes.flush()
  expect(writes.flush()).toBe(true)
  socket.end()
  await once(socket, 'finish')
  expect(pieces).toEqual(['ab', 'c', 'd', 'e', 'f', 'g'])
})

it('no more is gathered than some ten thousand bytes', () => {
  const { pieces, writes } = setUp()
  for (let sent = 0; sent < 33; sent++) writes.gather('x'.repeat(1024))
  expect(pieces).toEqual(['x'.repeat(33 * 1024)])
})

it('says when to wait, in whatever way it is written', async () => {
  const { socket, writes } = setUp(4)
  expect(writes.gather('12')).toBe(true)
  expect(writes.write('345')).toBe(false)
  expect([writes.gather('6'), writes.writePieces('7'), writes.flush()]).toEqual([false, false, false])
  await once(socket, 'drain')
  expect(writes.gather('8')).toBe(true)
})

it('nothing goes to a client that has gone, and nobody waits for it', async () => {
  const { pieces, socket, writes } = setUp()
  writes.gather('a')
  socket.destroy()
  await new Promise(process.nextTick)
  expect([writes.write('b'), writes.writePieces('c'), writes.gather('d')]).toEqual([true, true, true])
  expect(pieces).toEqual([])
})
