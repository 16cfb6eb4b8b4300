import type { PageData } from '../publish/page-data.ts'

/** All pages of one state of a hub, as `web/hub` makes them. */
export interface Site {
  /** `path`: below the hub's address, without a slash before it and still encoded; '' is the overview. */
  page(path: string, query: URLSearchParams): SitePage | SiteRedirect
  /** Paths of all pages without a query, as files are to be called; '' is the overview. */
  paths(): string[]
}

/** A page, not yet drawn. Equal keys are equal pages. */
export interface SitePage {
  readonly key: string
  readonly status: 200 | 404
  readonly contentType: string
  body(): string
}

export interface SiteRedirect {
  /** Relative to what was asked for. */
  readonly location: string
}

export type CreateSite = (data: PageData) => Site
