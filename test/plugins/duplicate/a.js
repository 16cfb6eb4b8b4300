import { defineStrategy } from 'commonroute/plugin'

export default defineStrategy({ name: 'twin', schema: {}, create: () => ({ rank: () => [] }) })
