import { expect, it } from 'vitest'
import type { BodyReceiver } from '../../../../src/routing/attempt/body-receiver.ts'
import { CopyingReceiver } from '../../../../src/routing/attempt/copying-receiver.ts'

it('hands on what goes on without end, and keeps none of it', () => {
  let passed = 0
  const data = ({ length }: Buffer) => {
    passed += length
    return undefined
  }
  const copy = new CopyingReceiver({ data } as unknown as BodyReceiver)
  const megabyte = Buffer.alloc(1024 * 1024)
  copy.data(megabyte)
  expect(copy.bytes.length).toBe(megabyte.length)
  for (let count = 1; count < 100; count++) copy.data(megabyte)
  expect(passed).toBe(100 * megabyte.length)
  expect(copy.bytes.length).toBe(0)
})
