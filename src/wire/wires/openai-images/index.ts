import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { COMMENT } from '../openai-chat/index.ts'
import { ImagesFold, imageEvents } from './events.ts'
import { ImagesMeter } from './meter.ts'
import { ImagesEditor, imagesEdits } from './openrouter.ts'
import { imageWork } from './work.ts'

/**
 * Images from a prompt. https://platform.openai.com/docs/api-reference/images and, for streams,
 * https://platform.openai.com/docs/api-reference/images-streaming
 */
export const openaiImages: WireDefinition = {
  wire: 'openai-images',
  meter: (request) => new ImagesMeter(request),
  failure: (_context, error) => bareFailure(error),
  events: { keepAlive: COMMENT, unfold: imageEvents('image_generation'), fold: () => new ImagesFold() },
  request: { work: imageWork },
  dialect: {
    editor: (context) => (context.call.flavour === 'openrouter' ? new ImagesEditor(context) : undefined),
    whole: imagesEdits,
  },
}

/** Images from images. https://platform.openai.com/docs/api-reference/images/createEdit */
export const openaiImageEdits: WireDefinition = {
  ...openaiImages,
  wire: 'openai-image-edits',
  events: { keepAlive: COMMENT, unfold: imageEvents('image_edit'), fold: () => new ImagesFold() },
}

/** The same without a prompt; they never stream. */
export const openaiImageVariations: WireDefinition = { ...openaiImageEdits, wire: 'openai-image-variations' }
