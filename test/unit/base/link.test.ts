import { expect, test } from 'vitest'
import { Link } from '../../../src/base/link.ts'

const listed = (list: Link) => {
  const links: Link[] = []
  for (let link = list.next; link !== list; link = link.next) links.push(link)
  return links
}

test('links stand in the order in which they were appended, and leave from anywhere', () => {
  const list = new Link()
  const [a, b, c] = [new Link(), new Link(), new Link()]
  for (const link of [a, b, c]) link.append(list)
  expect(listed(list)).toEqual([a, b, c])
  b.unlink()
  expect(listed(list)).toEqual([a, c])
  a.unlink()
  c.unlink()
  expect(listed(list)).toEqual([])
})

test('a link that has left knows nobody, and leaves once', () => {
  const list = new Link()
  const [a, b] = [new Link(), new Link()]
  a.append(list)
  b.append(list)
  a.unlink()
  a.unlink()
  expect(a.next).toBe(a)
  expect(a.previous).toBe(a)
  expect(listed(list)).toEqual([b])
})
