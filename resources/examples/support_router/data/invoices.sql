-- Invoices of four customers. Grace is new and has none yet.

CREATE TABLE invoices (
    number     TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    issued_on  TEXT NOT NULL,
    item       TEXT NOT NULL,
    amount_eur REAL NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('paid', 'open', 'refunded'))
);
CREATE INDEX invoices_of_user ON invoices (user_id, issued_on);

INSERT INTO invoices VALUES
    ('2026-0107', 'ada',    '2026-01-31', 'Team plan, January',         49.00, 'paid'),
    ('2026-0219', 'ada',    '2026-02-28', 'Team plan, February',        49.00, 'paid'),
    ('2026-0304', 'ada',    '2026-03-09', 'Extra storage, 100 GB',      12.50, 'paid'),
    ('2026-0331', 'ada',    '2026-04-01', 'Team plan, March',           49.00, 'open'),
    ('2026-0115', 'linus',  '2026-01-31', 'Solo plan, January',          9.00, 'paid'),
    ('2026-0226', 'linus',  '2026-02-28', 'Solo plan, February',         9.00, 'refunded'),
    ('2026-0338', 'linus',  '2026-03-31', 'Solo plan, March',            9.00, 'paid'),
    ('2026-0122', 'edsger', '2026-01-31', 'Company plan, January',     240.00, 'paid'),
    ('2026-0233', 'edsger', '2026-02-28', 'Company plan, February',    240.00, 'paid'),
    ('2026-0342', 'edsger', '2026-03-31', 'Company plan, March',       240.00, 'open'),
    ('2026-0343', 'edsger', '2026-03-31', 'On-site training, two days', 1800.00, 'open');
