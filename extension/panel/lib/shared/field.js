import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { useId } from 'react';
/** A label, an input, a hint, and what is wrong with it. */
export function Field({ label, hint, error, children }) {
    const id = useId();
    const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter((part) => part !== false).join(' ');
    return (_jsxs("div", { className: "jp-Sealab-field", children: [_jsx("label", { id: `${id}-label`, htmlFor: id, children: label }), children({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': error !== undefined }), error !== undefined && (_jsx("p", { id: `${id}-error`, className: "jp-Sealab-fieldError", children: error })), hint !== undefined && (_jsx("p", { id: `${id}-hint`, className: "jp-Sealab-hint", children: hint }))] }));
}
//# sourceMappingURL=field.js.map