const { defineStrategy } = require('commonroute/plugin')

module.exports = defineStrategy({ name: 'common-js', schema: {}, create: () => ({ rank: () => [] }) })
