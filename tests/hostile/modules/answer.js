redirect('/answered');
