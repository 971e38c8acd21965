/**
 * Benchmarks of the kernels and of whole models, and what makes tables and plots of their results;
 * docs/benchmarks.md says how they are run.
 */
package io.octavo.benchmarks;
