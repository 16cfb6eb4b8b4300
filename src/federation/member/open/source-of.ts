import { FileSource } from './file-source.ts'
import { isUrl, type MapSource } from './map-source.ts'
import { UrlSource } from './url-source.ts'

/** @param from a URL, or the path of a file */
export const sourceOf = (from: string): MapSource => (isUrl(from) ? new UrlSource(from) : new FileSource(from))
