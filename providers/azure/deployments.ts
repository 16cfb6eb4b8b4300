import { joinUrl } from '../shared/http.ts'
import { kept } from '../shared/kept.ts'
import { type OpenAiUrls, openAiUrls } from '../shared/openai-wires.ts'

/** Addresses of each deployment, made once: `/openai/deployments/NAME/chat/completions?api-version=…`. */
export const deploymentUrls = (root: string, version: string): ((deployment: string) => OpenAiUrls) =>
  kept((deployment) => {
    const base = joinUrl(root, `openai/deployments/${encodeURIComponent(deployment)}`)
    base.searchParams.set('api-version', version)
    return openAiUrls(base.href)
  })
