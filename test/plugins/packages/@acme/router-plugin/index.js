const { defineStrategy } = require('commonroute/plugin')

module.exports = defineStrategy({ name: '@acme/router-plugin', schema: {}, create: () => ({ rank: () => [] }) })
