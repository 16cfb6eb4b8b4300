/**
 * Services write one model's name in many ways: `claude-sonnet-4-5-20250929`, `anthropic/claude-sonnet-4.5`,
 * `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `claude-sonnet-4-5@20250929`. These rules make one key of them.
 */

/** Written before a model's name by services: a region's inference profile, a maker, folders. */
const BEFORE =
  /^(?:(?:us|eu|apac|au|jp|ca|us-gov|global)\.)?(?:(?:ai21|amazon|anthropic|cohere|google|luma|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|xai|zai)\.)?/

/** A snapshot's date or revision, or a word for the newest. */
const SNAPSHOT =
  /(?:[-@](?:\d{4}-\d{2}-\d{2}|20\d{6}|latest|default)|-v\d+:\d+(?::\d+k)?|-\d+:\d+|@\d{3}|-v1(?=$)|-maas|-preview-\d{2}-20\d{2})$/

/** The number format of the weights, or where they run: the model is the same. */
const BUILD = /-(?:fp8|fp4|nvfp4|bf16|int8|int4|awq|gptq|tee|tput|instruct-turbo|versatile|instant|turbo-free)$/

/** What a name is compared by; the same for all ways to write a model. Lower case. */
export function modelKey(name: string): string {
  let key = name.toLowerCase()
  key = key.slice(key.lastIndexOf('/') + 1).replace(BEFORE, '')
  for (let before = ''; before !== key; ) {
    before = key
    key = key.replace(SNAPSHOT, '')
  }
  if (/llama|qwen|deepseek|mixtral|mistral|gemma|kimi|glm|gpt-oss/.test(key)) {
    for (let before = ''; before !== key; ) {
      before = key
      key = key.replace(BUILD, '').replace(/-(?:instruct|it|chat-hf)$/, '')
    }
  }
  for (const [from, to] of SPELLINGS) key = key.replace(from, to)
  return key.replaceAll(/[._ ]/g, '-')
}

/** Spellings of single families: `llama3-1` on Bedrock, `glm-5p1` at Fireworks, experts' sizes left out by others. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^meta-llama-/, 'llama-'],
  [/^zai-glm/, 'glm'],
  [/^llama(?=\d)/, 'llama-'],
  [/^deepseek\.(?=[rv]\d)/, 'deepseek-'],
  [/^(llama-4-(?:scout|maverick))-17b(?:-\d+e)?$/, '$1'],
  [/(?<=\d)p(?=\d)/, '.'],
]

/** Makers under more than one name. */
const MAKERS: Readonly<Record<string, string>> = {
  alibaba: 'qwen',
  'deepseek-ai': 'deepseek',
  meta: 'meta-llama',
  minimaxai: 'minimax',
  mistral: 'mistralai',
  moonshot: 'moonshotai',
  xai: 'x-ai',
  zai: 'z-ai',
  'zai-org': 'z-ai',
  zhipuai: 'z-ai',
}

/** The maker in a name, as canonical names have it; undefined without one. Hosts' folders are no makers. */
export function makerIn(name: string): string | undefined {
  const [maker, ...rest] = name.toLowerCase().split('/')
  if (rest.length !== 1 || maker === undefined) return undefined
  return MAKERS[maker] ?? maker
}
