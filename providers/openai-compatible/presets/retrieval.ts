import { CHAT, EMBEDDING, NO_CHAT, type Preset } from '../preset.ts'

/** Services for search: embeddings and rerankers. Read in November 2026. */
export const RETRIEVAL = {
  cohere: {
    title: 'Cohere',
    native: true,
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    hosts: { 'api.cohere.com': '-' },
    keyVariable: 'COHERE_API_KEY',
    wires: { ...CHAT, ...EMBEDDING, rerank: ['cohere-rerank'] },
    // Its own API stands beside the compatible one.
    paths: { 'cohere-rerank': '/v2/rerank', models: '/v1/models' },
    listShape: { list: 'models', name: 'name' },
    images: 'model',
    tools: 'yes',
    jsonSchema: 'yes',
    notes: ['Chats and embeddings go through its OpenAI-compatible API, reranking through its own.'],
    sources: ['https://docs.cohere.com/docs/compatibility-api', 'https://docs.cohere.com/reference/rerank'],
  },
  jina: {
    title: 'Jina AI',
    baseUrl: 'https://api.jina.ai/v1',
    keyVariable: 'JINA_API_KEY',
    wires: { ...EMBEDDING, rerank: ['jina-rerank'] },
    listsModels: false,
    ...NO_CHAT,
    notes: ['Embeds and ranks images too: objects such as { "image": "https://..." } among the input.'],
    sources: ['https://api.jina.ai/docs'],
  },
  voyage: {
    title: 'Voyage AI',
    baseUrl: 'https://api.voyageai.com/v1',
    keyVariable: 'VOYAGE_API_KEY',
    wires: { ...EMBEDDING, rerank: ['voyage-rerank'] },
    listsModels: false,
    ...NO_CHAT,
    notes: ['Embeddings of queries and of documents differ: input_type says which.'],
    sources: ['https://docs.voyageai.com/reference/embeddings-api', 'https://docs.voyageai.com/reference/reranker-api'],
  },
} as const satisfies Record<string, Preset>
