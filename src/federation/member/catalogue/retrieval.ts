import { names } from './names.ts'

/*
 * Embedding models and rerankers that anybody with an account can ask for, as the services name them, up to November
 * 2026: https://docs.cohere.com/docs/models, https://jina.ai/models, https://docs.voyageai.com/docs.
 */

export const COHERE = names(`
  command-a-03-2025 command-a-reasoning-08-2025 command-a-vision-07-2025 command-r-08-2024 command-r-plus-08-2024 command-r7b-12-2024
  embed-english-light-v3.0 embed-english-v3.0 embed-multilingual-light-v3.0 embed-multilingual-v3.0 embed-v4.0 rerank-english-v3.0
  rerank-multilingual-v3.0 rerank-v3.5 rerank-v4.0-fast rerank-v4.0-pro
`)

export const JINA = names(`
  jina-clip-v2 jina-code-embeddings-0.5b jina-code-embeddings-1.5b jina-colbert-v2 jina-embeddings-v3 jina-embeddings-v4
  jina-reranker-m0 jina-reranker-v2-base-multilingual jina-reranker-v3
`)

export const VOYAGE = names(`
  rerank-2 rerank-2-lite rerank-2.5 rerank-2.5-lite voyage-3 voyage-3-large voyage-3-lite voyage-3.5 voyage-3.5-lite voyage-code-3
  voyage-context-3 voyage-finance-2 voyage-law-2 voyage-multilingual-2
`)
