package io.octavo.load;

/** What an exported model has beside its encoder. */
public sealed interface ExportPart permits ClassifierExport, SentenceExport {}
