/** A prediction as a table: one line for each row that was sent. */
export interface PredictionTable {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
}
/** Reads what a container answered: JSON by its content, CSV by its type. */
export declare function predictionTable(contentType: string, text: string, prediction: string): PredictionTable | undefined;
//# sourceMappingURL=predictions.d.ts.map