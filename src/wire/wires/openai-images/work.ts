import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { word } from '../../usage/media-usage.ts'

/** More than anybody makes at once; what is not believable is not asked for. */
const MAX_IMAGES = 1000

/** Images are priced by their number, size and quality. `auto` is up to the upstream. */
export function imageWork({ n, size, quality }: JsonObject): Usage {
  // Forms have their numbers as text.
  const images = Number(n ?? 1)
  const [imageSize, kind] = [word(size), word(quality)]
  return {
    images: images >= 1 && images <= MAX_IMAGES ? Math.floor(images) : 1,
    ...(imageSize !== undefined && imageSize !== 'auto' && { imageSize }),
    ...(kind !== undefined && kind !== 'auto' && { quality: kind }),
  }
}
