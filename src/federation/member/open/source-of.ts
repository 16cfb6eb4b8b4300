import { FileSource } from './file-source.ts'
import { isUrl, type MapSource } from './map-source.ts'
import { UrlSource } from './url-source.ts'

/**
 * @param from a URL, or the path of a file
 * @param readKey of a private hub
 */
export const sourceOf = (from: string, readKey?: string): MapSource =>
  isUrl(from) ? new UrlSource(from, readKey) : new FileSource(from)
