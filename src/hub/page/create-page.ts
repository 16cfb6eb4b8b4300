import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { PageData } from '../publish/page-data.ts'
import { type PageAsset, readAssets } from './assets.ts'
import { type DrawnPage, PageCache } from './page-cache.ts'
import type { CreateSite, SiteRedirect } from './site.ts'

/** The hub's public pages. */
export interface HubPage {
  /**
   * A page, a list as CSV, or the feed of incidents. While map, history, incidents and the hub's identity are the same
   * objects and the minute is the same, it is drawn once and the same Buffer is returned.
   * @param path below the hub's address, without a slash before it and still encoded; '' is the overview
   */
  page(data: PageData, path: string, query: URLSearchParams): DrawnPage | SiteRedirect
  /** Paths of all pages without a query, for a copy of the site in files. */
  paths(data: PageData): string[]
  /** What is served below `/assets/`, by its file name; undefined when there is no such file. */
  asset(name: string): PageAsset | undefined
  /** The names of them all. */
  assets(): Iterable<string>
}

/**
 * Headers of the page and of its assets: everything comes from the hub itself, no script stands in the page, nobody
 * frames it.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const NOT_BUILT: DrawnPage = {
  status: 200,
  contentType: 'text/html; charset=utf-8',
  body: Buffer.from(
    '<!doctype html><html lang="en"><title>Commonroute hub</title><p>The page is not built: run <code>npm run build</code>.</html>\n',
  ),
}

/** Pages that were not built. */
export const NO_PAGE: HubPage = { page: () => NOT_BUILT, paths: () => [], asset: () => undefined, assets: () => [] }

/**
 * Loads the pages that `npm run build` made.
 * @param options.directory where they were built to; default `dist/web` of this package. Without a build a page is one
 * line that says how to make one.
 */
export async function createPage({ directory = builtPage() }: { readonly directory?: string } = {}): Promise<HubPage> {
  const bundle = join(directory, 'hub-page.js')
  if (!existsSync(bundle)) return NO_PAGE
  const { createSite } = (await import(pathToFileURL(bundle).href)) as { createSite: CreateSite }
  const cache = new PageCache(createSite)
  const assets = readAssets(join(directory, 'hub', 'assets'))
  return {
    page: (data, path, query) => cache.page(data, path, query),
    paths: (data) => cache.paths(data),
    asset: (name) => assets.get(name),
    assets: () => assets.keys(),
  }
}

/** Beside the bundle that this is part of, or where the sources build it to. */
function builtPage(): string {
  const besideBundle = fileURLToPath(new URL('./web', import.meta.url))
  return existsSync(besideBundle) ? besideBundle : fileURLToPath(new URL('../../../dist/web', import.meta.url))
}
