import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HubPage, PAGE_HEADERS } from '../../src/hub/page/create-page.ts'
import type { PageData } from '../../src/hub/publish/page-data.ts'

/** A server that shows the page with whatever `state.data` is at the moment, and nothing else. */
export async function servePage(
  page: HubPage,
  state: { data: PageData },
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://page')
    const asset = pathname.startsWith('/assets/') ? page.asset(pathname.slice('/assets/'.length)) : undefined
    if (asset)
      return void response.writeHead(200, { ...PAGE_HEADERS, 'content-type': asset.contentType }).end(asset.body)
    const found = page.page(state.data, pathname.slice(1), searchParams)
    if ('location' in found) response.writeHead(302, { ...PAGE_HEADERS, location: found.location }).end()
    else response.writeHead(found.status, { ...PAGE_HEADERS, 'content-type': found.contentType }).end(found.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close }
}
