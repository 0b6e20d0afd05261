/** Hosts the model of a completed job and opens the endpoint. */
export declare function DeployButton({ trainingJob }: {
    trainingJob: string;
}): import("react").JSX.Element;
//# sourceMappingURL=deploy-button.d.ts.map