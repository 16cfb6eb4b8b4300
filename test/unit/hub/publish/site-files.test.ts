import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FileTree } from '../../../../src/hub/publish/file-tree.ts'
import { siteFiles } from '../../../../src/hub/publish/site-files.ts'
import { modesOf } from '../../../../src/hub/publish/write-public.ts'
import { buildPage } from '../../../helpers/built-page.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { pageData } from '../../../helpers/page-data.ts'

test('any server of plain files leads from page to page', async ({ onTestFinished }) => {
  const { page, remove } = await buildPage()
  onTestFinished(remove)
  const directory = await temporaryDirectory()
  onTestFinished(() => removeDirectory(directory))
  const { hub, map, history, incidents, facts, now } = pageData({ models: 60 })
  const document = Buffer.from('signed')
  const shared = { document, map, history, facts, incidents, allIncidents: incidents, url: undefined, time: now }
  const files = siteFiles({ ...shared, info: { v: '1.0', ...hub, terms: 'terms' } }, page)
  await new FileTree(directory, modesOf({ private: false })).write([
    ...files,
    { path: 'terms.txt', body: () => Buffer.from('Be kind.') },
  ])
  const { url, close } = await serveFiles(directory)
  onTestFinished(close)

  const seen = new Set([url])
  const broken: string[] = []
  for (const address of seen) {
    const response = await fetch(address)
    const text = await response.text()
    if (response.status !== 200) broken.push(new URL(address).pathname)
    if (!/<(html|feed)\b/.test(text)) continue
    for (const [, link] of text.matchAll(/(?:href|src|action)="([^"]*)"/g)) {
      const to = new URL(link!.replaceAll('&amp;', '&'), address)
      to.hash = ''
      if (to.href.startsWith(url)) seen.add(to.href)
    }
  }
  expect(broken).toEqual([])
  const paths = [...seen].map((address) => address.slice(url.length))
  const some = [
    'index.html',
    'overview/3.html',
    'models/openai/gpt-4o.html',
    'providers/groq.html',
    'incidents/i1.html',
  ]
  expect(paths).toEqual(expect.arrayContaining([...some, 'incidents.html', 'incidents.atom', 'terms.txt']))
})

/** Files by their names, and `index.html` for the folder. */
async function serveFiles(directory: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://files')
    readFile(join(directory, pathname === '/' ? 'index.html' : decodeURIComponent(pathname))).then(
      (body) => response.end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close }
}
