import { joinUrl } from '../shared/http.ts'
import { type OpenAiUrls, openAiUrls } from '../shared/openai-wires.ts'

/** Deployments whose addresses are kept: clients may ask for any name. */
const MAX_KEPT = 1_000

/** Addresses of each deployment, made once: `/openai/deployments/NAME/chat/completions?api-version=…`. */
export function deploymentUrls(root: string, version: string): (deployment: string) => OpenAiUrls {
  const kept = new Map<string, OpenAiUrls>()
  return (deployment) => {
    let urls = kept.get(deployment)
    if (!urls) {
      const base = joinUrl(root, `openai/deployments/${encodeURIComponent(deployment)}`)
      base.searchParams.set('api-version', version)
      urls = openAiUrls(base.href)
      if (kept.size >= MAX_KEPT) kept.clear()
      kept.set(deployment, urls)
    }
    return urls
  }
}
