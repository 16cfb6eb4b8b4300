import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { PageData } from '../publish/page-data.ts'
import { type PageAsset, readAssets } from './assets.ts'
import { PageCache } from './page-cache.ts'

/** The hub's public page. */
export interface HubPage {
  /**
   * The whole page as UTF-8 HTML. While map, history and incidents are the same objects and the minute is the same, a
   * page is rendered once and the same Buffer is returned.
   */
  html(data: PageData): Buffer
  /** What is served below `/assets/`, by its file name; undefined when there is no such file. */
  asset(name: string): PageAsset | undefined
}

/**
 * Headers of the page and of its assets: everything comes from the hub itself, no script stands in the page, nobody
 * frames it.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const NOT_BUILT = Buffer.from(
  '<!doctype html><html lang="en"><title>Commonroute hub</title><p>The page is not built: run <code>npm run build</code>.</html>\n',
)

/**
 * Loads the page that `npm run build` made.
 * @param options.directory where it was built to; default `dist/web` of this package. Without a build the page is one
 * line that says how to make one.
 */
export async function createPage({ directory = builtPage() }: { readonly directory?: string } = {}): Promise<HubPage> {
  const bundle = join(directory, 'hub-page.js')
  if (!existsSync(bundle)) return { html: () => NOT_BUILT, asset: () => undefined }
  const { renderHubPage } = (await import(pathToFileURL(bundle).href)) as { renderHubPage: (data: PageData) => string }
  const cache = new PageCache(renderHubPage)
  const assets = readAssets(join(directory, 'hub', 'assets'))
  return { html: (data) => cache.page(data), asset: (name) => assets.get(name) }
}

/** Beside the bundle that this is part of, or where the sources build it to. */
function builtPage(): string {
  const besideBundle = fileURLToPath(new URL('./web', import.meta.url))
  return existsSync(besideBundle) ? besideBundle : fileURLToPath(new URL('../../../dist/web', import.meta.url))
}
