/**
 * `/v1beta/models/{model}:{method}`, also as Vertex AI has it, below a project.
 * https://ai.google.dev/api/generate-content
 */
export const ADDRESS =
  /^\/v1(?:alpha|beta1?)?\/(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?(?:models|tunedModels)\/(.+):([A-Za-z]+)$/

/** The paths whose errors are told in Google's way. */
export const isGooglePath = (path: string): boolean =>
  path.startsWith('/v1beta') || path.startsWith('/v1alpha/') || ADDRESS.test(path.split('?', 1)[0]!)
