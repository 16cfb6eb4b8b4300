import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { EventStreams } from '../../../../src/hub/incidents/streams.ts'

/** A reader whose socket takes as much as the test says. */
class Reader extends EventEmitter {
  text = ''
  waiting = 0
  destroyed = false
  readonly socket = { bytesWritten: 0 }
  readonly reads: boolean
  constructor(reads: boolean) {
    super()
    this.reads = reads
  }
  get writableLength(): number {
    return this.waiting
  }
  writeHead(): void {}
  write(frame: string): boolean {
    this.text += frame
    this.socket.bytesWritten += frame.length
    if (!this.reads) this.waiting += frame.length
    return this.waiting === 0
  }
  end(): void {
    this.emit('close')
  }
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

let streams = new EventStreams(10, 5)
afterEach(() => {
  streams.close()
  streams = new EventStreams(10, 5)
})

function opened(reads: boolean, member = ''): Reader {
  const reader = new Reader(reads)
  streams.open(reader as unknown as ServerResponse, { address: 'a', member }, {}, 'first\n\n')
  return reader
}

test('who does not read is dropped at the second heartbeat, who reads stays', () => {
  const [quick, slow] = [opened(true), opened(false)]
  streams.heartbeat()
  expect([slow.destroyed, streams.size]).toEqual([false, 2])
  streams.heartbeat()
  expect([quick.destroyed, slow.destroyed, streams.size]).toEqual([false, true, 1])
  expect(quick.text).toBe('first\n\n: keep-alive\n\n: keep-alive\n\n')
})

test('who reads slowly, but reads, stays', () => {
  const slow = opened(false)
  for (let beat = 0; beat < 5; beat++) {
    streams.heartbeat()
    slow.waiting -= 1
  }
  expect(slow.destroyed).toBe(false)
})

test('what waits for a slow reader is bounded', () => {
  const [quick, slow] = [opened(true), opened(false)]
  const frame = 'x'.repeat(300_000)
  for (let push = 0; push < 5; push++) streams.push(frame)
  expect([slow.destroyed, slow.waiting < 1_200_000, streams.size]).toEqual([true, true, 1])
  expect(quick.text).toHaveLength('first\n\n'.length + 5 * frame.length)
})

test('whoever goes leaves nothing behind', () => {
  const readers = Array.from({ length: 5 }, () => opened(true))
  expect(() => opened(true)).toThrow(expect.objectContaining({ code: 'rate_limited' }))
  for (const reader of readers) reader.emit('close')
  expect(streams.size).toBe(0)
  opened(true)
})

test('who reads by a key is ended without the members', () => {
  opened(true)
  opened(true, 'a member')
  streams.endReaders()
  expect(streams.size).toBe(1)
})
