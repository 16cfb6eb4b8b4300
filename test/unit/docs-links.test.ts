import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const ROOMS = ['.', 'docs', 'docs/adr', 'docs/notes', 'examples', 'providers/sandbox']
const PAGES = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room)).flatMap((name) => (name.endsWith('.md') ? [join(room, name)] : [])),
)

/** GitHub's anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (page: string) =>
  new Set([...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) => anchor(text!)))

test.each(PAGES)('%s links to files and headings that exist', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link!)) return []
    const [path, heading] = link!.split('#')
    const target = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path!)
    if (!existsSync(target)) return [link]
    return heading === undefined || anchorsOf(target).has(heading) ? [] : [link]
  })
  expect(broken).toEqual([])
})
