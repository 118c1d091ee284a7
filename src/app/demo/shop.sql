CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    day TEXT NOT NULL,
    amount REAL NOT NULL
);
CREATE TABLE masked_orders (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    amount REAL NOT NULL
);

WITH RECURSIVE
    numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 499),
    first_names (k, name) AS (
        VALUES (0, 'Ada'), (1, 'Bo'), (2, 'Chen'), (3, 'Dana'), (4, 'Emre'), (5, 'Fatou'), (6, 'Gus')
    ),
    last_names (k, name) AS (
        VALUES (0, 'Abel'), (1, 'Brandt'), (2, 'Costa'), (3, 'Diaz'), (4, 'Endo')
    )
INSERT INTO customers (id, name, phone)
SELECT n + 1, f.name || ' ' || l.name, printf('139%08d', (n * 7919 + 12345) % 100000000)
FROM numbers
    JOIN first_names f ON f.k = n % 7
    JOIN last_names l ON l.k = n / 7 % 5;

WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4999)
INSERT INTO orders (id, customer_id, day, amount)
SELECT n + 1, n * 31 % 500 + 1, date('2030-01-01', (n / 60) || ' days'), (n * 137 % 20000 + 500) / 100.0
FROM numbers;
