const TIMEOUT_MS = 300
const MAX_BYTES = 1024 ** 2
const MAX_MODELS = 50

/**
 * The models of an OpenAI-compatible server, at most 50; undefined when none answers within 300 ms, when it is
 * something else, or when it is a router like this one.
 * @param baseUrl such as `http://127.0.0.1:11434/v1`
 */
export async function probeModels(baseUrl: string): Promise<string[] | undefined> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(`${baseUrl}/models`, {
      signal,
      redirect: 'error',
      headers: { accept: 'application/json' },
    })
    if (response.ok && ![...response.headers.keys()].some((name) => name.startsWith('x-router'))) {
      return modelIds(JSON.parse(await readCapped(response)))
    }
    await response.body?.cancel()
  } catch {
    // Nobody there, not in time, or not JSON: no such server.
  }
  return undefined
}

function modelIds(answer: unknown): string[] | undefined {
  const data = (answer as { data?: unknown } | null)?.data
  if (!Array.isArray(data)) return undefined
  const ids = data.map((entry: { id?: unknown } | null) => entry?.id).filter(isUsable)
  return ids.length > 0 ? [...new Set(ids)].slice(0, MAX_MODELS) : undefined
}

/** As a name in the config file. */
const isUsable = (id: unknown): id is string => typeof id === 'string' && /^\S{1,200}$/.test(id) && id !== '__proto__'

async function readCapped(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    // Leaving the loop cancels the body.
    if (text.length > MAX_BYTES) return ''
  }
  return text
}
