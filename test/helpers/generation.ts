import { send } from './http.ts'
import type { Json } from './upstream/types.ts'

/** What the router has on record of a request. */
export async function generation(routerUrl: string, id: unknown): Promise<Json> {
  const answer = await send(`${routerUrl}/api/v1/generation?id=${String(id)}`)
  if (answer.status !== 200) throw new Error(`generation?id=${String(id)} answered ${answer.status}: ${answer.text}`)
  return answer.json?.data as Json
}

/** Each attempt's endpoint and outcome kind, in order. */
export async function attemptsOf(routerUrl: string, id: unknown): Promise<{ endpoint: string; kind: string }[]> {
  const { attempts } = (await generation(routerUrl, id)) as { attempts: { endpoint: string; outcome: string }[] }
  return attempts.map(({ endpoint, outcome }) => ({ endpoint, kind: outcome }))
}
